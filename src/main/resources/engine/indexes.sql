-- Indexes of the hub on the engine's own tables: a desk's page and count are cut on them alone, and so is what is overdue.
create index if not exists hub_identitylink_desk on act_ru_identitylink (group_id_, type_, task_id_);
drop index if exists hub_task_open;
create index if not exists hub_task_line on act_ru_task (id_)
    include (suspension_state_, priority_, create_time_, follow_up_date_, due_date_, assignee_, tenant_id_, proc_def_id_, case_execution_id_);
drop index if exists hub_task_overdue;
create index if not exists hub_task_due on act_ru_task (due_date_, create_time_ desc)
    include (id_, suspension_state_, priority_, follow_up_date_, assignee_, tenant_id_, proc_def_id_, case_execution_id_);
create index if not exists hub_variable_mark on act_ru_variable (name_, type_, long_, task_id_) where task_id_ is not null;
