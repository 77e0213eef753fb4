{{ config(tags=["impact_tier_1"]) }}

with

lines as (

    select * from {{ ref("int_compensation_lines") }}

),

sums as (

    select * from {{ ref("int_compensation_line_sums") }}

),

-- a line earns what the span earns with it less what it earned before it, each as rounded
rounded as (

    select
        lines.*,
        sums.pieces,
        sums.first_rate,
        cast(sums.earned_after - sums.earned_before as decimal(38, 10)) as unrounded_amount,
        {{ round_by("sums.earned_before", "lines.rounding_mode", "lines.rounding_decimals") }} as rounded_before,
        {{ round_by("sums.earned_after", "lines.rounding_mode", "lines.rounding_decimals") }} as rounded_after
    from lines
    left join sums
        on lines.credit_id = sums.credit_id

),

earned as (

    select
        *,
        cast(rounded_after - rounded_before as decimal(18, 2)) as earned_amount,
        case
            when pieces is null then concat('0.00 at ', first_rate)
            when substr(pieces, 2, 1) = '−' then concat('−', substr(pieces, 4))
            else substr(pieces, 4)
        end as bands_text
    from rounded

),

final as (

    select
        ---------- ids
        credit_id as line_id,
        credit_id,
        opportunity_id,
        payee_id,
        close_event_id,

        ---------- text
        role,
        plan,
        component,
        measure,
        event,
        basis,
        method,
        period_type,
        currency,
        concat(
            bands_text,
            ' = ',
            {{ number_text("unrounded_amount") }},
            case
                when unrounded_amount = earned_amount then ''
                when rounded_before = 0 then concat(', rounded ', {{ number_text("earned_amount") }})
                else concat(
                    ', rounded as ',
                    {{ number_text("rounded_after") }},
                    case when rounded_before < 0 then ' + ' else ' − ' end,
                    {{ number_text("abs(rounded_before)") }},
                    ' = ',
                    {{ number_text("earned_amount") }}
                )
            end
        ) as arithmetic,
        'calculated' as state,

        ---------- numbers
        credited_amount,
        basis_before,
        basis_after,
        cast(quota_amount as decimal(18, 2)) as quota_amount,
        unrounded_amount,
        earned_amount,

        ---------- dates
        credit_date,
        period_start_date,
        span_start_date,
        plan_valid_from_date
    from earned

)

select * from final
