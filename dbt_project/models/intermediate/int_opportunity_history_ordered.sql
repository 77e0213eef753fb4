-- the CRM's own history in order: within a second by its sequence, otherwise as old and new values join,
-- otherwise as the file lists them
with

histories as (

    select * from {{ ref("int_opportunity_history_rows") }}

),

walks as (

    select * from {{ ref("int_opportunity_history_walks") }}

),

ordered as (

    select
        histories.*,
        row_number() over (
            partition by histories.opportunity_id, histories.attribute
            order by
                histories.changed_at,
                coalesce(histories.sequence, 9223372036854775807),
                coalesce(walks.walk_place, 1000),
                histories.file_order
        ) as history_order
    from histories
    left join walks
        on
            histories.opportunity_id = walks.opportunity_id
            and histories.attribute = walks.attribute
            and histories.changed_at = walks.changed_at
            and histories.history_id = walks.history_id

)

select * from ordered
