-- durations of leads that would be negative; their figures are null in the marts
with

response_moments as (

    select * from {{ ref("int_lead_response_moments") }}

),

positive as (

    select * from {{ ref("int_lead_positive_responses") }}

)

select
    response_moments.lead_id,
    case
        when response_moments.touched_at < response_moments.created_at then 'touched_before_creation'
        else 'answered_before_creation'
    end as fault,
    {{ dbt.concat([
        "'created '", "cast(response_moments.created_at as " ~ dbt.type_string() ~ ")",
        "', then already '", "cast(least(response_moments.touched_at, positive.response_at) as " ~ dbt.type_string() ~ ")",
    ]) }} as detail
from response_moments
left join positive
    on response_moments.lead_id = positive.lead_id
where
    response_moments.touched_at < response_moments.created_at
    or positive.response_at < response_moments.created_at
