-- the deals that win rates count, once each: on the closed basis at their latest close, on the created basis at their
-- creation whatever became of them; summed by day and member of every dimension, so that no deal is multiplied
with

opportunities as (

    select
        *,
        coalesce(closed_at, {{ as_of_end() }}) as rated_at
    from {{ ref("fct_opportunities") }}
    where
        not is_deleted
        and not is_not_counted
        and (is_won or is_lost or is_disqualified or is_open)

),

dimensions as (

    select * from {{ ref("int_opportunity_dimensions") }}

),

based as (

    select
        'closed' as basis,
        rated_at as segmented_at,
        booked_date as rate_date,
        *
    from opportunities
    where booked_date is not null and not is_open

    union all

    select
        'created' as basis,
        created_at as segmented_at,
        created_date as rate_date,
        *
    from opportunities
    where created_date is not null

)

-- members are those of the close, of an open deal those of as_of; the segment is that at entry, so on the created basis
-- that of the creation
select
    based.basis,
    dimensions.dimension,
    dimensions.member,
    coalesce(based.opportunity_type in ('renewal', 'expansion'), false) as is_apart,
    cast(sum(case when based.is_won then 1 else 0 end) as bigint) as won_count,
    cast(sum(case when based.is_lost then 1 else 0 end) as bigint) as lost_count,
    cast(sum(case when based.is_disqualified then 1 else 0 end) as bigint) as disqualified_count,
    cast(sum(case when based.is_open then 1 else 0 end) as bigint) as open_count,
    cast(sum(case when based.is_won then coalesce(based.amount_plan, 0) else 0 end) as decimal(38, 2)) as won_value,
    cast(sum(case when based.is_lost then coalesce(based.lost_amount_plan, 0) else 0 end) as decimal(38, 2)) as lost_value,
    cast(sum(case when based.is_won then coalesce(based.noes_before_yes, 0) else 0 end) as bigint) as noes_before_yes,
    based.rate_date
from based
inner join dimensions
    on
        based.opportunity_id = dimensions.opportunity_id
        and case when dimensions.dimension = 'segment' then based.segmented_at else based.rated_at end >= dimensions.valid_from_at
        and case when dimensions.dimension = 'segment' then based.segmented_at else based.rated_at end < dimensions.valid_to_at
group by
    based.basis,
    dimensions.dimension,
    dimensions.member,
    coalesce(based.opportunity_type in ('renewal', 'expansion'), false),
    based.rate_date
