from . import test_engine
from . import test_balance
from . import test_case
from . import test_channels
from . import test_run
from . import test_processes
from . import test_access
from . import test_rivals
