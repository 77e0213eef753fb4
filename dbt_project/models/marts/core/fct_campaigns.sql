with

campaigns as (

    select * from {{ ref("stg_crm__campaigns") }}
    where created_at is null or created_at < {{ as_of_end() }}

),

members as (

    select
        campaign_id,
        count(*) as member_count,
        sum(case when has_responded then 1 else 0 end) as responded_count
    from {{ ref("fct_campaign_members") }}
    group by campaign_id

),

leads as (

    select
        campaign_id,
        count(*) as lead_count
    from {{ ref("fct_leads") }}
    where not is_deleted
    group by campaign_id

),

spend as (

    select
        campaign_id,
        sum(amount_plan) as spend_plan
    from {{ ref("fct_campaign_costs") }}
    group by campaign_id

),

rates as (

    select * from {{ ref("int_fx_plan") }}

),

dated as (

    select
        *,
        coalesce(start_date, created_date, date '{{ var("as_of") }}') as rate_date
    from campaigns

)

select
    ---------- ids
    dated.campaign_id,
    dated.parent_id,
    dated.owner_id,

    ---------- text
    dated.source,
    dated.campaign_name,
    dated.campaign_type,
    dated.status,
    dated.currency,

    ---------- numbers
    dated.budgeted_cost,
    dated.actual_cost,
    dated.expected_revenue,
    cast({{ round_half_up("dated.budgeted_cost * rates.plan_rate", 2) }} as decimal(18, 2)) as budgeted_cost_plan,
    cast(
        coalesce(spend.spend_plan, {{ round_half_up("dated.actual_cost * rates.plan_rate", 2) }}) as decimal(18, 2)
    ) as cost_plan,
    cast(coalesce(members.member_count, 0) as bigint) as member_count,
    cast(coalesce(members.responded_count, 0) as bigint) as responded_count,
    cast(coalesce(leads.lead_count, 0) as bigint) as lead_count,

    ---------- flags
    coalesce(dated.is_active, true) as is_active,
    coalesce(dated.is_deleted, false) or dated.is_vanished as is_deleted,

    ---------- dates
    dated.start_date,
    dated.end_date,

    ---------- times
    dated.created_at
from dated
left join members
    on dated.campaign_id = members.campaign_id
left join leads
    on dated.campaign_id = leads.campaign_id
left join spend
    on dated.campaign_id = spend.campaign_id
left join rates
    on
        dated.currency = rates.currency
        and dated.rate_date >= rates.valid_from_date
        and dated.rate_date < rates.valid_to_date
