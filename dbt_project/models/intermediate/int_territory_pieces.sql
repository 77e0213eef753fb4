-- rules and what was given outside them together: every judged subject's territory by day, not yet merged
with

profiled as (

    select * from {{ ref("int_territory_profiled") }}

),

timelines as (

    select * from {{ ref("int_territory_profile_timelines") }}

),

direct as (

    select * from {{ ref("int_territory_direct_timelines") }}

),

types as (

    select * from {{ ref("int_territory_types") }}

),

ruled as (

    select
        profiled.subject_type,
        profiled.subject_id,
        profiled.account_id,
        profiled.crm_territory,
        timelines.territory_type,
        timelines.territory,
        timelines.rule_id,
        timelines.cause_rank,
        timelines.priority,
        timelines.is_tie,
        greatest(profiled.valid_from_date, timelines.valid_from_date) as valid_from_date,
        least(profiled.valid_to_date, timelines.valid_to_date) as valid_to_date
    from profiled
    inner join timelines
        on
            profiled.profile_id = timelines.profile_id
            and profiled.valid_from_date < timelines.valid_to_date
            and profiled.valid_to_date > timelines.valid_from_date
    inner join types
        on timelines.territory_type = types.territory_type
    where profiled.subject_type <> 'opportunity' or types.has_product_lines

),

judged as (

    select
        ruled.subject_type,
        ruled.subject_id,
        ruled.account_id,
        ruled.crm_territory,
        ruled.territory_type,
        ruled.territory as ruled_territory,
        ruled.rule_id,
        ruled.cause_rank as ruled_cause_rank,
        ruled.is_tie as is_ruled_tie,
        direct.territory as direct_territory,
        direct.cause_rank as direct_cause_rank,
        direct.is_tie as is_direct_tie,
        {{ territory_winner("ruled", "direct") }} as winner,
        greatest(ruled.valid_from_date, coalesce(direct.valid_from_date, date '1900-01-01')) as valid_from_date,
        least(ruled.valid_to_date, coalesce(direct.valid_to_date, date '9999-12-31')) as valid_to_date
    from ruled
    left join direct
        on
            ruled.account_id = direct.account_id
            and ruled.territory_type = direct.territory_type
            and ruled.valid_from_date < direct.valid_to_date
            and ruled.valid_to_date > direct.valid_from_date

),

final as (

    select
        subject_type,
        subject_id,
        territory_type,
        case winner when 'first' then ruled_territory when 'second' then direct_territory end as territory,
        case winner when 'first' then rule_id end as rule_id,
        case winner when 'second' then direct_cause_rank else ruled_cause_rank end as cause_rank,
        case
            when winner = 'tie' then true
            when winner = 'second' then is_direct_tie
            else coalesce(is_ruled_tie, false)
        end as is_tie,
        case when territory_type = 'geo' then crm_territory end as crm_territory,
        valid_from_date,
        valid_to_date
    from judged

)

select
    subject_type,
    subject_id,
    territory_type,
    territory,
    rule_id,
    case
        when is_tie then 'tie'
        when cause_rank is null then 'gap'
        else case cause_rank when 1 then 'named' when 2 then 'manual' else 'rule' end
    end as cause,
    crm_territory,
    valid_from_date,
    valid_to_date
from final
