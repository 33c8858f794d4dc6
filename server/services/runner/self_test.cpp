#include "services/runner/self_test.h"

namespace lyceum::runner {

v1::RunRequest self_test(const Language& language) {
  v1::RunRequest out;
  out.set_language(language.key);
  for (const auto& [path, content] : language.self_test.files) {
    auto& file = *out.add_files();
    file.set_path(path);
    file.set_content(content);
  }
  auto& test = *out.add_tests();
  test.set_id("self");
  test.set_stdin(language.self_test.input);
  test.set_expected(language.self_test.output);
  return out;
}

}  // namespace lyceum::runner
