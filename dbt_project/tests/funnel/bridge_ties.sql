-- opening, entries, growth, exits and shrinkage come to the closing, to the cent, in every row and for every deal
with

totals as (

    select
        period_type,
        period_start_date,
        scope,
        coalesce(owner_id, '(none)') as owner_id,
        coalesce(team, '(none)') as team,
        cast(null as {{ dbt.type_string() }}) as opportunity_id,
        opening + revaluation + transferred_in + reopened + new + pulled_in + increased
        - won - lost - disqualified - deleted_or_merged - transferred_out - pushed_out - decreased as counted,
        closing
    from {{ ref("pipeline_bridge") }}

    union all

    select
        period_type,
        period_start_date,
        scope,
        owner_id,
        team,
        opportunity_id,
        opening + revaluation + entered + increased - exited - decreased as counted,
        closing
    from {{ ref("int_bridge_movements") }}

)

select * from totals
where counted != closing or counted is null
