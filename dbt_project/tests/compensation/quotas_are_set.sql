-- whoever is paid by fractions of quota has one; remedy: add the payee's quota of that span to the feed or to quotas.csv
select distinct
    payee_id,
    plan,
    component,
    span_type,
    span_start_date
from {{ ref("int_compensation_lines") }}
where tier_unit = 'quota_fraction' and (quota_amount is null or quota_amount <= 0)
