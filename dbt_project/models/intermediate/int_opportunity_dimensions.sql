-- what every opportunity was in each dimension, by interval: one dimension a row, equal neighbours joined
{% set columns = {
    "owner": "owner_id", "team": "team", "product": "product", "region": "region", "source": "lead_source",
    "pipeline": "pipeline", "type": "opportunity_type",
} %}

with

profiles as (

    select * from {{ ref("int_opportunity_profiles") }}

),

segments as (

    select * from {{ ref("int_opportunity_segments") }}

),

members as (

    {% for dimension, column in columns.items() -%}
        select
            opportunity_id,
            '{{ dimension }}' as dimension,
            coalesce({{ column }}, '(none)') as member,
            valid_from_at,
            valid_to_at
        from profiles
        union all
    {% endfor -%}
    select
        opportunity_id,
        'segment' as dimension,
        coalesce(segment, '(none)') as member,
        valid_from_at,
        valid_to_at
    from segments

),

marked as (

    select
        *,
        case
            when member = lag(member) over (partition by opportunity_id, dimension order by valid_from_at) then 0
            else 1
        end as is_change
    from members

),

numbered as (

    select
        *,
        sum(is_change) over (
            partition by opportunity_id, dimension order by valid_from_at
            rows between unbounded preceding and current row
        ) as state
    from marked

)

select
    opportunity_id,
    dimension,
    member,
    min(valid_from_at) as valid_from_at,
    max(valid_to_at) as valid_to_at
from numbered
group by opportunity_id, dimension, member, state

union all

select distinct
    opportunity_id,
    'all' as dimension,
    'all' as member,
    {{ beginning_of_time() }} as valid_from_at,
    {{ end_of_time() }} as valid_to_at
from profiles
