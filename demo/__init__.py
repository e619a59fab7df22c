from . import collection_demo
from . import demo_agreements
from . import demo_directory
from . import demo_history
from . import demo_insolvency
from . import demo_ledger
from . import demo_payment_order
from . import demo_steering
