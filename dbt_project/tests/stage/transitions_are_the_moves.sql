-- every dated move stands in each kind of period once, in every dimension that its subject has; median days lie between the
-- shortest and the longest
with

facts as (

    select
        subject_type,
        count(*) as moves,
        sum(case when is_documented then 1 else 0 end) as documented,
        coalesce(sum(amount_plan), 0) as total_value
    from {{ ref("int_stage_moves") }}
    where moved_date is not null
    group by subject_type

),

mart as (

    select
        subject_type,
        period_type,
        dimension,
        sum(count) as moves,
        sum(documented_count) as documented,
        coalesce(sum(value), 0) as total_value
    from {{ ref("stage_transitions") }}
    group by subject_type, period_type, dimension

),

expected_groups as (

    select
        facts.subject_type,
        combinations.period_type,
        combinations.dimension
    from facts
    inner join (
        select distinct
            subject_type,
            period_type,
            dimension
        from {{ ref("stage_transitions") }}
    ) as combinations
        on facts.subject_type = combinations.subject_type

),

-- nine dimensions for deals, three for leads and accounts, four kinds of period
incomplete as (

    select
        facts.subject_type,
        count(expected_groups.dimension) as found,
        case when facts.subject_type = 'opportunity' then 36 else 12 end as wanted
    from facts
    left join expected_groups
        on facts.subject_type = expected_groups.subject_type
    group by facts.subject_type

)

select
    mart.subject_type,
    mart.period_type,
    mart.dimension
from mart
inner join facts
    on mart.subject_type = facts.subject_type
where
    mart.moves <> facts.moves
    or mart.documented <> facts.documented
    or mart.total_value <> facts.total_value

union all

select
    subject_type,
    'any' as period_type,
    'any' as dimension
from incomplete
where found <> wanted
