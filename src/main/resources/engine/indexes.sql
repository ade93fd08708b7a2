-- Indexes of the hub on the engine's own tables: a desk's page and count are cut on them alone.
create index if not exists hub_identitylink_desk on act_ru_identitylink (group_id_, type_, task_id_);
create index if not exists hub_task_open on act_ru_task (id_)
    include (create_time_, follow_up_date_, due_date_, assignee_, suspension_state_, tenant_id_, proc_def_id_, case_execution_id_);
