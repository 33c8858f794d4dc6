# Writes OUT: the SQL of FILES (in order of their names) as lyceum::NAME::migrations().
string(REPLACE "\\;" ";" FILES "${FILES}")  # as Lyceum.cmake had to write it
list(SORT FILES)
set(text "// Written by the build from migrations/*.sql.\n#include \"base/migration.h\"\n\nnamespace lyceum::${NAME} {\n
const std::vector<Migration>& migrations() {\n  static const std::vector<Migration> all = {\n")
foreach(file ${FILES})
  get_filename_component(base ${file} NAME_WE)
  file(READ ${file} sql)
  string(APPEND text "      {\"${base}\", R\"sql(${sql})sql\"},\n")
endforeach()
string(APPEND text "  };\n  return all;\n}\n\n}  // namespace lyceum::${NAME}\n")
file(WRITE ${OUT} "${text}")
