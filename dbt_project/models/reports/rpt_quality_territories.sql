-- accounts that no territory has on the last day, by why; only the geography is meant to leave nobody out
select
    ---------- text
    assignments.territory_type,
    assignments.cause,

    ---------- numbers
    cast(row_number() over (order by assignments.territory_type, assignments.cause) as integer) as sort_order,
    cast(count(*) as bigint) as account_count
from {{ ref("territory_assignments") }} as assignments
inner join {{ ref("build") }} as build
    on
        assignments.valid_from_date <= build.as_of_date
        and assignments.valid_to_date > build.as_of_date
inner join {{ ref("dim_account") }} as known
    on assignments.subject_id = known.account_id
where
    assignments.subject_type = 'account'
    and (assignments.cause = 'tie' or (assignments.cause = 'gap' and assignments.territory_type = 'geo'))
    and not known.is_deleted
    and known.merged_into_id is null
group by assignments.territory_type, assignments.cause
