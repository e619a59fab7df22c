from . import collection_demo
from . import demo_agreements
from . import demo_directory
from . import demo_history
from . import demo_ledger
