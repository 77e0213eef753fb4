{{ config(tags=["impact_tier_1"]) }}

with

states as (

    select * from {{ ref("int_opportunity_states") }}

),

opportunities as (

    select * from {{ ref("int_opportunity_origins") }}

),

meanings as (

    select * from {{ ref("int_stage_meanings") }}

),

rates as (

    select * from {{ ref("int_fx_daily") }}

),

typed as (

    select
        states.opportunity_id,
        opportunities.source,
        {%- for attribute, field in opportunity_attributes().items() %}
            {% if field.type == "text" -%}
                states.{{ attribute }}_value as {{ attribute }},
            {%- else -%}
                {{ safe_cast("states." ~ attribute ~ "_value", field.type) }} as {{ attribute }},
            {%- endif %}
        {%- endfor %}
        {{ safe_cast("states.last_amount_value", "decimal(18, 2)") }} as last_amount,
        states.is_deleted,
        states.valid_from_at,
        states.valid_to_at,
        {{ local_date("states.valid_from_at") }} as valid_from_date
    from states
    inner join opportunities
        on states.opportunity_id = opportunities.opportunity_id

),

final as (

    select
        ---------- ids
        typed.opportunity_id,
        typed.owner as owner_id,
        typed.account as account_id,

        ---------- text
        meanings.stage,
        meanings.sub_stage,
        meanings.stage_kind,
        typed.stage as crm_stage,
        typed.pipeline,
        typed.type as opportunity_type,
        typed.territory,
        coalesce(typed.currency, '{{ var("company_currency") }}') as currency,
        typed.forecast_category,
        typed.next_step,
        typed.loss_reason,

        ---------- numbers
        meanings.stage_order,
        typed.amount,
        typed.last_amount,
        typed.recurring_value,
        cast({{ round_half_up("typed.amount * plan_rates.plan_rate", 2) }} as decimal(18, 2)) as amount_plan,
        cast({{ round_half_up("typed.amount * dated_rates.dated_rate", 2) }} as decimal(18, 2)) as amount_dated,
        typed.probability,
        meanings.default_probability,

        ---------- flags
        typed.is_deleted,

        ---------- dates
        typed.close_date,

        ---------- times
        typed.valid_from_at,
        typed.valid_to_at
    from typed
    left join meanings
        on
            typed.source = meanings.source
            and coalesce(typed.pipeline, '') = meanings.pipeline
            and typed.stage = meanings.crm_stage
            and typed.valid_from_date >= meanings.valid_from_date
            and typed.valid_from_date < meanings.valid_to_date
    left join rates as plan_rates
        on
            coalesce(typed.currency, '{{ var("company_currency") }}') = plan_rates.currency
            and typed.valid_from_date = plan_rates.date_day
    left join rates as dated_rates
        on
            coalesce(typed.currency, '{{ var("company_currency") }}') = dated_rates.currency
            and coalesce(typed.close_date, typed.valid_from_date) = dated_rates.date_day

)

select * from final
