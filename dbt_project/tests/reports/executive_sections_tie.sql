-- sections of one page that speak of the same thing say the same
with

pipeline as (

    select
        open_value,
        open_count
    from {{ ref("rpt_executive_pipeline") }}

),

deals as (

    select
        coalesce(sum(open_value), 0) as open_value,
        count(*) as open_count
    from {{ ref("rpt_executive_open_deals") }}

),

bookings as (

    select bookings_quarter from {{ ref("rpt_executive_bookings") }}

),

weeks as (

    select max_by(bookings_to_date, week_last_date) as bookings_to_date
    from {{ ref("rpt_executive_bookings_by_week") }}
    where bookings_to_date is not null

),

differences as (

    select
        'open pipeline' as what,
        pipeline.open_value - deals.open_value + pipeline.open_count - deals.open_count as difference
    from pipeline
    cross join deals

    union all

    select
        'bookings of the quarter' as what,
        bookings.bookings_quarter - weeks.bookings_to_date as difference
    from bookings
    cross join weeks

)

select * from differences
where difference <> 0 or difference is null
