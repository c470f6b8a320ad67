// Loaded first in the thread of the hooks, where no code of the user's runs: keeps ts-node's use of `fs.Stats` (DEP0180) to
// itself.
process.noDeprecation = true;
