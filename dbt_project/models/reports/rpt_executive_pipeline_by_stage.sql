-- the open pipeline at the end of the week by stage, in the order of the stage map
select
    ---------- text
    stage,

    ---------- numbers
    cast(row_number() over (order by min(stage_order), stage) as integer) as sort_order,
    cast(count(*) as integer) as open_count,
    cast(sum(open_value) as decimal(18, 2)) as open_value
from {{ ref("rpt_executive_open_deals") }}
group by stage
