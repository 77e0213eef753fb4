{{ config(tags=["impact_tier_2"]) }}

with

cycles as (

    select * from {{ ref("int_opportunity_cycles") }}

),

involvements as (

    select * from {{ ref("int_opportunity_involvements") }}

),

rules as (

    select * from {{ ref("stg_config__cycle_type_rules") }}

),

-- a duration that would be negative is a fault of the data: it is no duration
measured as (

    select
        cycles.opportunity_id,
        cycles.account_id,
        cycles.owner_id,
        cycles.team,
        cycles.pipeline,
        cycles.opportunity_type,
        cycles.outcome,
        involvements.contacts_involved,
        involvements.activities_involved,
        cycles.is_not_counted,
        cycles.created_date,
        cycles.funnel_start_date,
        cycles.first_contact_date,
        cycles.booked_date,
        case when cycles.days_from_creation >= 0 then cycles.days_from_creation end as days_from_creation,
        case when cycles.days_from_funnel_start >= 0 then cycles.days_from_funnel_start end as days_from_funnel_start,
        case when cycles.days_from_first_contact >= 0 then cycles.days_from_first_contact end as days_from_first_contact
    from cycles
    inner join involvements
        on cycles.opportunity_id = involvements.opportunity_id

),

-- the rule of the lowest priority that a deal meets
ruled as (

    select
        measured.opportunity_id,
        min(rules.priority) as priority
    from measured
    inner join rules
        on
            (rules.opportunity_type is null or measured.opportunity_type = rules.opportunity_type)
            {% for rule, measure in [
                ("days", "days_from_creation"), ("contacts", "contacts_involved"), ("activities", "activities_involved"),
            ] -%}
                and (rules.min_{{ rule }} is null or measured.{{ measure }} >= rules.min_{{ rule }})
                and (rules.max_{{ rule }} is null or measured.{{ measure }} <= rules.max_{{ rule }})
            {% endfor %}
    group by measured.opportunity_id

),

final as (

    select
        ---------- ids
        measured.opportunity_id,
        measured.account_id,
        measured.owner_id,

        ---------- text
        measured.team,
        measured.pipeline,
        measured.opportunity_type,
        measured.outcome,
        rules.cycle_type,

        ---------- numbers
        cast(measured.days_from_creation as integer) as days_from_creation,
        cast(measured.days_from_funnel_start as integer) as days_from_funnel_start,
        cast(measured.days_from_first_contact as integer) as days_from_first_contact,
        cast(measured.contacts_involved as integer) as contacts_involved,
        cast(measured.activities_involved as integer) as activities_involved,

        ---------- flags
        measured.is_not_counted,

        ---------- dates
        measured.created_date,
        measured.funnel_start_date,
        measured.first_contact_date,
        measured.booked_date
    from measured
    left join ruled
        on measured.opportunity_id = ruled.opportunity_id
    left join rules
        on ruled.priority = rules.priority

)

select * from final
