# The toolchain's rules and the few functions that the folders use.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

find_program(CCACHE ccache)
if(CCACHE)
  # Without this looseness it keeps nothing that is compiled with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE}
      CACHE STRING "" FORCE)
endif()

# Some compilers make wrong code of everyday coroutine lines (docs/decisions/0001-clang-19.md): a bad one
# must stop the build with a sentence, not crash users.
if(NOT LYCEUM_COROUTINES_CHECKED)
  try_run(ran compiled ${CMAKE_BINARY_DIR}/coroutine_check ${CMAKE_SOURCE_DIR}/cmake/coroutine_check.cpp
          CXX_STANDARD 23 CXX_STANDARD_REQUIRED ON RUN_OUTPUT_VARIABLE said)
  string(REGEX MATCHALL " ok\n" good "${said}")
  list(LENGTH good good)
  if(NOT compiled OR NOT good EQUAL 17)
    message(FATAL_ERROR "${CMAKE_CXX_COMPILER} makes wrong code of coroutines (${good} of 17 cases right). "
                        "Use clang++-19: cmake --preset dev.\n${said}")
  endif()
  set(LYCEUM_COROUTINES_CHECKED ON CACHE INTERNAL "")
endif()

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS program_options)
find_package(Protobuf REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(grpc REQUIRED IMPORTED_TARGET grpc++)
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(rabbitmq REQUIRED IMPORTED_TARGET librabbitmq)
pkg_check_modules(argon2 REQUIRED IMPORTED_TARGET libargon2)
pkg_check_modules(simdjson REQUIRED IMPORTED_TARGET simdjson)
pkg_check_modules(yaml REQUIRED IMPORTED_TARGET yaml-cpp)
find_library(WSLAY wslay REQUIRED)  # has no .pc file in Debian

# What every target of ours is compiled with. Generated and third-party headers are SYSTEM.
add_library(lyceum_rules INTERFACE)
target_compile_definitions(lyceum_rules INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                           BOOST_ASIO_NO_DEPRECATED)
target_compile_options(lyceum_rules INTERFACE -Wall -Wextra -Wshadow -Werror -Xclang -fno-pch-timestamp)
target_include_directories(lyceum_rules INTERFACE ${CMAKE_SOURCE_DIR}/server)

# lyceum_service(NAME FILE…): the objects of server/services/NAME, with its migrations as NAME_migrations.cpp.
function(lyceum_service name)
  add_library(${name} OBJECT ${ARGN})
  target_link_libraries(${name} PUBLIC contract base)
  target_precompile_headers(${name} REUSE_FROM base)
  lyceum_migrations(${name} ${name})
endfunction()

# migrations/NNNN_*.sql of the calling folder become `const std::vector<Migration>& migrations()` in
# lyceum::NAME (server/base/migration.h).
function(lyceum_migrations target name)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/migrations/*.sql)
  if(NOT files)
    return()
  endif()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${name}_migrations.cpp)
  string(REPLACE ";" "\\;" list "${files}")
  add_custom_command(OUTPUT ${out} DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/migrations.cmake
    VERBATIM COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DOUT=${out} "-DFILES=${list}" -P ${CMAKE_SOURCE_DIR}/cmake/migrations.cmake)
  target_sources(${target} PRIVATE ${out})
endfunction()

# lyceum_embed(TARGET NAME DIR FILE…): files become `std::span<const EmbeddedFile> lyceum::embedded::NAME()`
# (server/base/embedded.h), each under its path relative to DIR. FILE.gz is FILE's compressed form.
function(lyceum_embed target name dir)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.S)
  string(REPLACE ";" "\\;" files "${ARGN}")
  add_custom_command(OUTPUT ${out} ${out}.cpp DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/embed.cmake VERBATIM
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DOUT=${out} -DDIR=${dir} "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake)
  set_source_files_properties(${out} PROPERTIES OBJECT_DEPENDS "${ARGN}")
  target_sources(${target} PRIVATE ${out} ${out}.cpp)
endfunction()
