-- the one finding of the week and what to do first: deals past their close date, otherwise those due in the quarter
with

bookings as (

    select * from {{ ref("rpt_executive_bookings") }}

),

deals as (

    select
        *,
        case when is_overdue then 'overdue' when is_closing_in_quarter then 'closing' end as action_kind
    from {{ ref("rpt_executive_open_deals") }}

),

actions as (

    select
        action_kind,
        count(*) as action_count,
        sum(open_value) as action_amount,
        row_number() over (order by case action_kind when 'overdue' then 1 else 2 end) as place
    from deals
    where action_kind is not null
    group by action_kind

),

owners as (

    select
        deals.action_kind,
        reps.rep_name,
        count(*) as action_rep_count,
        sum(deals.open_value) as action_rep_amount,
        row_number() over (partition by deals.action_kind order by sum(deals.open_value) desc, deals.owner_id) as place
    from deals
    inner join {{ ref("dim_rep") }} as reps
        on deals.owner_id = reps.rep_id and reps.is_current
    where deals.action_kind is not null
    group by deals.action_kind, deals.owner_id, reps.rep_name

),

-- within two points of an even pace is on pace
found as (

    select
        *,
        case
            when quota_quarter is null or quota_quarter = 0 then 'no_quota'
            when attainment_quarter - elapsed_share > 0.02 then 'ahead'
            when attainment_quarter - elapsed_share < -0.02 then 'behind'
            else 'on_pace'
        end as finding
    from bookings

)

select
    ---------- text
    found.finding,
    coalesce(actions.action_kind, 'none') as action_kind,
    owners.rep_name as action_rep_name,

    ---------- numbers
    cast(abs(found.bookings_quarter - found.quota_to_date) as decimal(18, 2)) as gap_amount,
    cast(coalesce(actions.action_count, 0) as integer) as action_count,
    cast(coalesce(actions.action_amount, 0) as decimal(18, 2)) as action_amount,
    cast(coalesce(owners.action_rep_count, 0) as integer) as action_rep_count,
    cast(coalesce(owners.action_rep_amount, 0) as decimal(18, 2)) as action_rep_amount
from found
left join actions
    on actions.place = 1
left join owners
    on actions.action_kind = owners.action_kind and owners.place = 1
