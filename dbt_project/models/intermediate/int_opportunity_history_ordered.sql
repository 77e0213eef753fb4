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
        walks.walk_place
    from histories
    left join walks
        on
            histories.history_id = walks.history_id
            and histories.attribute = walks.attribute
            and histories.opportunity_id = walks.opportunity_id

)

select
    opportunity_id,
    attribute,
    old_value,
    new_value,
    changed_by,
    has_old_value,
    changed_at,
    told_at,
    first_known_at,
    row_number() over (
        partition by opportunity_id, attribute
        order by
            changed_at,
            coalesce(sequence, 9223372036854775807),
            coalesce(walk_place, 1000),
            file_order,
            history_id
    ) as history_order
from ordered
