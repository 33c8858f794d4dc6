#pragma once
// A course between its two forms: the folder that authors write (docs/content-format.md) and the
// tree that is stored. Reading notes every problem; what is written reads back as an equal course.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "contract/learning.pb.h"
#include "contract/learning_internal.pb.h"
#include "services/learning/yaml.h"

namespace lyceum::learning {

struct CourseContent {
  std::string key;
  internal::Tree tree;
};

struct CourseModule {
  std::string key;
  std::string title;
  std::string summary;
  std::string description;
  std::string difficulty;
  std::vector<std::string> tags;
  std::vector<CourseContent> contents;
  std::vector<CourseModule> modules;
};

// The files of a course by path. Only good ones get in: no "..", no absolute path, not too many.
class Folder {
 public:
  Folder(const google::protobuf::RepeatedPtrField<v1::CourseFile>& files, Problems& problems);

  const std::string* find(const std::string& path) const;
  // Those below a folder, by path relative to it.
  std::map<std::string, const std::string*> below(const std::string& folder) const;

 private:
  std::map<std::string, const std::string*> files_;
};

CourseModule read_course(const std::string& key, const Folder& folder, Problems& problems);

// The components of one content.yaml; `dir` is its folder, for the files that it names.
void read_components(Fields& fields,
                     std::string_view key,
                     const Folder& folder,
                     const std::string& dir,
                     google::protobuf::RepeatedPtrField<internal::Component>& components,
                     Problems& problems);

std::vector<v1::CourseFile> write_course(const CourseModule& course);

}  // namespace lyceum::learning
