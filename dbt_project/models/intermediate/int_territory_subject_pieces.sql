-- the same for every subject: an opportunity follows its account, unless its kind of territory asks for product lines
with

pieces as (

    select * from {{ ref("int_territory_pieces") }}

),

opportunity_accounts as (

    select * from {{ ref("int_territory_opportunity_accounts") }}

),

types as (

    select * from {{ ref("int_territory_types") }}
    where not has_product_lines

),

-- without an account there is nothing that a rule could take
inherited as (

    select
        'opportunity' as subject_type,
        opportunity_accounts.opportunity_id as subject_id,
        types.territory_type,
        pieces.territory,
        pieces.rule_id,
        coalesce(pieces.cause, 'gap') as cause,
        case when types.territory_type = 'geo' then opportunity_accounts.crm_territory end as crm_territory,
        greatest(opportunity_accounts.valid_from_date, coalesce(pieces.valid_from_date, date '1900-01-01'))
            as valid_from_date,
        least(opportunity_accounts.valid_to_date, coalesce(pieces.valid_to_date, date '9999-12-31')) as valid_to_date
    from opportunity_accounts
    cross join types
    left join pieces
        on
            pieces.subject_type = 'account'
            and opportunity_accounts.account_id = pieces.subject_id
            and types.territory_type = pieces.territory_type
            and opportunity_accounts.valid_from_date < pieces.valid_to_date
            and opportunity_accounts.valid_to_date > pieces.valid_from_date

)

select * from pieces
union all
select * from inherited
