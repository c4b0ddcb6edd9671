import './discovery';
import './manifest';
import './session';
import './status';
