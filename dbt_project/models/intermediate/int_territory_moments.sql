-- the moments at which opportunities are stamped, each with the profile under which the rules are asked
with

opportunity_accounts as (

    select * from {{ ref("int_territory_opportunity_accounts") }}

),

close_events as (

    select * from {{ ref("fct_close_events") }}
    where is_latest_close and not is_undated

),

profiled as (

    select * from {{ ref("int_territory_profiled") }}

),

geo as (

    select * from {{ ref("int_territory_types") }}
    where territory_type = 'geo'

),

moments as (

    select
        opportunity_id,
        'creation' as moment,
        min(valid_from_date) as day
    from opportunity_accounts
    group by opportunity_id

    union all

    select
        opportunity_id,
        'close' as moment,
        booked_date as day
    from close_events

),

-- a close that is dated before the record begins is judged by the account that it began with
placed as (

    select
        moments.opportunity_id,
        moments.moment,
        moments.day,
        opportunity_accounts.account_id,
        row_number() over (
            partition by moments.opportunity_id, moments.moment
            order by
                case when opportunity_accounts.valid_from_date <= moments.day then 0 else 1 end,
                case when opportunity_accounts.valid_from_date <= moments.day then opportunity_accounts.valid_from_date end desc,
                opportunity_accounts.valid_from_date
        ) as choice
    from moments
    inner join opportunity_accounts
        on moments.opportunity_id = opportunity_accounts.opportunity_id

)

select
    placed.opportunity_id,
    placed.moment,
    placed.day,
    placed.account_id,
    profiled.profile_id
from placed
cross join geo
left join profiled
    on
        profiled.subject_type = case when geo.has_product_lines then 'opportunity' else 'account' end
        and profiled.subject_id = case when geo.has_product_lines then placed.opportunity_id else placed.account_id end
        and placed.day >= profiled.valid_from_date
        and placed.day < profiled.valid_to_date
where placed.choice = 1
