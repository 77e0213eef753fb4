-- without a calendar, or with one that is not described, nobody's minutes can be counted
select *
from {{ ref("int_rep_calendars") }}
where calendar is null
