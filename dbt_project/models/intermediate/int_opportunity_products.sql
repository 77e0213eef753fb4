-- each opportunity's one product: the product line that the deal names, otherwise that of its largest line
with

opportunities as (

    select * from {{ ref("stg_crm__opportunities") }}

),

lines as (

    select * from {{ ref("stg_crm__opportunity_lines") }}
    where not coalesce(is_deleted, false) and not is_vanished

),

products as (

    select * from {{ ref("stg_crm__products") }}

),

by_product as (

    select
        lines.opportunity_id,
        coalesce(products.product_name, lines.line_name) as product,
        products.family as product_family,
        sum(coalesce(lines.amount, 0)) as amount
    from lines
    left join products
        on lines.product_id = products.product_id
    group by lines.opportunity_id, coalesce(products.product_name, lines.line_name), products.family

),

ranked as (

    select
        *,
        row_number() over (partition by opportunity_id order by amount desc, product, product_family) as place
    from by_product
    where product is not null

)

select
    opportunities.opportunity_id,
    coalesce(opportunities.product_line, ranked.product) as product,
    coalesce(ranked.product_family, opportunities.product_line) as product_family
from opportunities
left join ranked
    on opportunities.opportunity_id = ranked.opportunity_id and ranked.place = 1
