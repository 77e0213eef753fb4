-- what an opportunity, its owner and its account were, by interval: the history, cut where the owner's team or the
-- account changes. The first interval begins before everything, the last one never ends.
with

history as (

    select
        *,
        lag(valid_from_at) over (partition by opportunity_id order by valid_from_at) as previous_from_at
    from {{ ref("fct_opportunity_history") }}

),

reps as (

    select * from {{ ref("dim_rep") }}

),

accounts as (

    select * from {{ ref("int_account_versions") }}

),

opportunities as (

    select * from {{ ref("stg_crm__opportunities") }}

),

products as (

    select * from {{ ref("int_opportunity_products") }}

),

bounded as (

    select
        *,
        case when previous_from_at is null then {{ beginning_of_time() }} else valid_from_at end as starts_at,
        coalesce(valid_to_at, {{ end_of_time() }}) as ends_at
    from history

),

by_team as (

    select
        bounded.*,
        reps.team,
        reps.region,
        greatest(bounded.starts_at, coalesce(reps.valid_from_at, bounded.starts_at)) as team_starts_at,
        least(bounded.ends_at, coalesce(reps.valid_to_at, bounded.ends_at)) as team_ends_at
    from bounded
    left join reps
        on
            bounded.owner_id = reps.rep_id
            and bounded.starts_at < reps.valid_to_at
            and bounded.ends_at > reps.valid_from_at

),

final as (

    select
        ---------- ids
        by_team.opportunity_id,
        by_team.owner_id,
        by_team.account_id,

        ---------- text
        by_team.team,
        by_team.region,
        by_team.pipeline,
        by_team.opportunity_type,
        by_team.currency,
        by_team.territory,
        opportunities.lead_source,
        products.product,
        products.product_family,
        accounts.country as account_country,
        accounts.region as account_region,
        accounts.industry as account_industry,
        accounts.account_type,

        ---------- numbers
        by_team.amount_plan,
        accounts.employees as account_employees,
        accounts.annual_revenue as account_revenue,

        ---------- times
        greatest(by_team.team_starts_at, coalesce(accounts.valid_from_at, by_team.team_starts_at)) as valid_from_at,
        least(by_team.team_ends_at, coalesce(accounts.valid_to_at, by_team.team_ends_at)) as valid_to_at
    from by_team
    left join opportunities
        on by_team.opportunity_id = opportunities.opportunity_id
    left join products
        on by_team.opportunity_id = products.opportunity_id
    left join accounts
        on
            by_team.account_id = accounts.account_id
            and by_team.team_starts_at < accounts.valid_to_at
            and by_team.team_ends_at > accounts.valid_from_at

)

select * from final
