-- the first day of the last four complete quarters, and the first day after them
with

quarters as (

    select
        *,
        row_number() over (order by period_start_date desc) as quarters_back
    from {{ ref("dim_period") }}
    where period_type = 'quarter' and is_complete

)

select
    min(period_start_date) as starts_date,
    max(period_end_date) as ends_date
from quarters
where quarters_back <= 4
