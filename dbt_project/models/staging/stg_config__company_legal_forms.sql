select
    lower(legal_form) as legal_form,
    _file as file,
    _line as line
from {{ source("config", "company_legal_forms") }}
