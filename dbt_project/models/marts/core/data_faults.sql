with

quarantined as (

    select * from {{ source("raw", "quarantine") }}

),

durations as (

    select * from {{ ref("int_opportunity_faults") }}

),

lead_durations as (

    select * from {{ ref("int_lead_faults") }}

),

leads as (

    select * from {{ ref("stg_crm__leads") }}

),

-- a duration that the above makes negative says it already
lead_visits as (

    select
        visits.subject_id as lead_id,
        min(visits.stage) as stage
    from {{ ref("stage_visits") }} as visits
    left join lead_durations
        on visits.subject_id = lead_durations.lead_id
    where visits.subject_type = 'lead' and visits.is_negative and lead_durations.lead_id is null
    group by visits.subject_id

),

opportunities as (

    select * from {{ ref("stg_crm__opportunities") }}

),

facts as (

    select * from {{ ref("fct_opportunities") }}

),

cycles as (

    select * from {{ ref("int_opportunity_cycles") }}
    where days_from_creation is null or days_from_creation >= 0

),

users as (

    select distinct user_id from {{ ref("stg_crm__user_versions") }}

),

accounts as (

    select account_id from {{ ref("stg_crm__accounts") }}

),

histories as (

    select
        history.opportunity_id,
        count(*) as history_rows
    from {{ ref("stg_crm__opportunity_history") }} as history
    inner join opportunities
        on history.opportunity_id = opportunities.opportunity_id
    left join durations
        on history.opportunity_id = durations.record_id
    -- a duration that this makes negative says it already
    where history.changed_at < opportunities.created_at and durations.record_id is null
    group by history.opportunity_id

),

faults as (

    select
        'quarantined' as fault,
        entity as record_type,
        {{ qualified_id("record_key", "source") }} as record_id,
        source,
        file,
        line,
        case when column_name is null then reason else {{ dbt.concat(["reason", "' in '", "column_name"]) }} end as detail
    from quarantined

    union all

    select
        durations.fault,
        durations.record_type,
        durations.record_id,
        opportunities.source,
        opportunities.file,
        opportunities.line,
        durations.detail
    from durations
    left join opportunities
        on durations.record_id = opportunities.opportunity_id

    union all

    select
        lead_durations.fault,
        'lead' as record_type,
        lead_durations.lead_id as record_id,
        leads.source,
        leads.file,
        leads.line,
        lead_durations.detail
    from lead_durations
    inner join leads
        on lead_durations.lead_id = leads.lead_id

    union all

    select
        'left_before_entered' as fault,
        'lead' as record_type,
        lead_visits.lead_id as record_id,
        leads.source,
        leads.file,
        leads.line,
        {{ dbt.concat(["'stage '", "lead_visits.stage"]) }} as detail
    from lead_visits
    inner join leads
        on lead_visits.lead_id = leads.lead_id

    union all

    select
        faulty.fault,
        'opportunity' as record_type,
        opportunities.opportunity_id as record_id,
        opportunities.source,
        opportunities.file,
        opportunities.line,
        faulty.detail
    from opportunities
    inner join (
        select
            'owner_unknown' as fault,
            opportunities.opportunity_id,
            {{ dbt.concat(["'owner '", "opportunities.owner_id"]) }} as detail
        from opportunities
        left join users
            on opportunities.owner_id = users.user_id
        where opportunities.owner_id is not null and users.user_id is null

        union all

        select
            'account_unknown' as fault,
            opportunities.opportunity_id,
            {{ dbt.concat(["'account '", "opportunities.account_id"]) }} as detail
        from opportunities
        left join accounts
            on opportunities.account_id = accounts.account_id
        where opportunities.account_id is not null and accounts.account_id is null

        union all

        select
            'closed_without_date' as fault,
            opportunity_id,
            'closed, and neither its close date nor its event is known' as detail
        from facts
        where is_close_undated

        union all

        select
            'closed_before_funnel_start' as fault,
            opportunity_id,
            {{ dbt.concat([
                "'in the funnel '", "cast(funnel_start_date as " ~ dbt.type_string() ~ ")",
                "', booked '", "cast(booked_date as " ~ dbt.type_string() ~ ")",
            ]) }} as detail
        from cycles
        where days_from_funnel_start < 0

        union all

        select
            'closed_before_first_contact' as fault,
            opportunity_id,
            {{ dbt.concat([
                "'first contact '", "cast(first_contact_date as " ~ dbt.type_string() ~ ")",
                "', booked '", "cast(booked_date as " ~ dbt.type_string() ~ ")",
            ]) }} as detail
        from cycles
        where days_from_first_contact < 0

        union all

        select
            'history_before_creation' as fault,
            opportunity_id,
            {{ dbt.concat(["cast(history_rows as " ~ dbt.type_string() ~ ")", "' history rows'"]) }} as detail
        from histories
    ) as faulty
        on opportunities.opportunity_id = faulty.opportunity_id

    {% for entity in ["invoice", "payment", "subscription", "contract"] -%}
        union all

        select
            'account_unknown' as fault,
            '{{ entity }}' as record_type,
            records.{{ entity }}_id as record_id,
            records.source,
            records.file,
            records.line,
            {{ dbt.concat(["'account '", "records.account_id"]) }} as detail
        from {{ ref("stg_crm__" ~ entity ~ "s") }} as records
        left join accounts
            on records.account_id = accounts.account_id
        where records.account_id is not null and accounts.account_id is null and not records.is_vanished

    {% endfor %}

)

select
    fault,
    record_type,
    record_id,
    source,
    file,
    line,
    detail
from faults
