from . import base_partner_merge
from . import collection_follow_up
from . import collection_outcome
from . import collection_postpone
