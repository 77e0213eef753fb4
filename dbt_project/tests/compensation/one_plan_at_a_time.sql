-- a payee is in one plan at a time; remedy: end one of the assignments in plan_assignments.csv
select
    one.payee_id,
    one.plan,
    other.plan as other_plan,
    greatest(one.valid_from_date, other.valid_from_date) as overlaps_from_date
from {{ ref("int_compensation_assignments") }} as one
inner join {{ ref("int_compensation_assignments") }} as other
    on
        one.payee_id = other.payee_id
        and one.plan < other.plan
        and one.valid_from_date < other.valid_to_date
        and one.valid_to_date > other.valid_from_date
