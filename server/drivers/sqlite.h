#pragma once
// SQLite behind base/db.h: one writer thread a file with group commit and synchronous=FULL; a
// reader connection for every thread that reads, used at once on that thread; a small pool for long
// reads.

#include <memory>
#include <string>
#include <vector>

#include "base/db.h"
#include "base/metrics.h"
#include "base/migration.h"

namespace lyceum {

struct SqliteOptions {
  int queue = 4096;        // writes that may wait; one more is answered unavailable "database_busy"
  int batch = 1024;        // writes committed together at the most
  int cache_kib = 2048;    // page cache of each connection
  bool temporary = false;  // a test's: nothing is synced, the file is deleted at the end
};

// Opens or makes the file and brings its schema up to date. Throws std::runtime_error with a
// sentence for the operator: not writable, made by a newer Lyceum, a migration that was changed.
// `name` labels metrics. `migrations` are the service's own: the platform's come first by
// themselves.
std::unique_ptr<Db> open_sqlite(const std::string& path,
                                const std::string& name,
                                metrics::Registry& metrics,
                                const std::vector<Migration>& migrations,
                                SqliteOptions options = {});

// The same on a file of its own in memory, for tests.
std::unique_ptr<Db> open_temporary_sqlite(const std::vector<Migration>& migrations);

}  // namespace lyceum
