-- All categories together, as category '*': most questions are about them, and would else add up twenty times the rows.
alter table figure drop constraint figure_pkey, add primary key (unit, grain, category, period, part);
alter table figure_step drop constraint figure_step_pkey, add primary key (unit, grain, category, period, step);
insert into figure
select unit, grain, period, part, '*', sum(closed), sum(solved), sum(solved_on_site), sum(solved_by_community), sum(solved_by_street), sum(explained), sum(declined),
    sum(merged), sum(withdrawn), sum(due), sum(responded), sum(answers), sum(contacted), sum(confirmed), sum(satisfied), sum(unanswered), sum(on_time), sum(returns),
    sum(extensions), sum(reworks), sum(reminder), sum(yellow), sum(red), sum(level_1), sum(level_2)
from figure group by unit, grain, period, part;
insert into figure_step
select unit, grain, period, '*', step, max(name), sum(ended), sum(limited), sum(in_time), sum(used_seconds), sum(allowed_seconds)
from figure_step group by unit, grain, period, step;
