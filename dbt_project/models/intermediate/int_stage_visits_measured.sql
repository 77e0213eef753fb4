-- visits with their days: elapsed, or local calendar days where one end is a pure date; an unknown end leaves them null
with

visits as (

    select * from {{ ref("int_stage_visits_placed") }}

)

select
    *,
    case
        when is_undated or coalesce(is_left_undated, false) then null
        when is_date_only or coalesce(is_left_date_only, false)
            then {{ calendar_days(
                local_date("changed_at"),
                "coalesce(" ~ local_date("left_at") ~ ", " ~ local_date(as_of_end()) ~ ")"
            ) }}
        else {{ elapsed_days("changed_at", "coalesce(left_at, " ~ as_of_end() ~ ")") }}
    end as days
from visits
