select
    lower(domain) as mail_domain,
    _file as file,
    _line as line
from {{ source("config", "free_mail_domains") }}
