// The settings file: kept, refused, damaged, missing.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/export/atomic_write.h"
#include "app/state/settings.h"
#include "core/base/check.h"

namespace dropscope {
namespace {

namespace fs = std::filesystem;

struct Settings : testing::Test {
  fs::path folder = fs::temp_directory_path() / ("dropscope_settings_" + std::to_string(::getpid()));
  std::string path = (folder / "dropscope" / "config.json").string();

  Settings() { fs::remove_all(folder); }
  ~Settings() override { fs::remove_all(folder); }
  void write(const std::string& text) {
    fs::create_directories(folder / "dropscope");
    std::ofstream(path, std::ios::binary) << text;
  }
};

TEST_F(Settings, ComeBackAsTheyWere) {
  Persisted p;
  p.theme = ThemeId::Projector;
  p.text_scale = 1.75f;
  p.width = 1234;
  p.height = 777;
  p.speed = 0;
  p.smoothing = 0.6f;
  p.log_loss = true;
  p.naming = RateNaming::Keep;
  EXPECT_EQ(save_settings(path, p, atomic_write), "");
  const LoadedSettings loaded = load_settings(path);
  EXPECT_EQ(loaded.values, p);
  EXPECT_EQ(loaded.notice, "");
}

TEST_F(Settings, AMissingFileGivesDefaultsWithoutAWord) {
  const LoadedSettings loaded = load_settings(path);
  EXPECT_EQ(loaded.values, Persisted{});
  EXPECT_EQ(loaded.notice, "");
  EXPECT_FALSE(fs::exists(folder));
}

TEST_F(Settings, ADamagedFileIsPutAsideAndSaidSo) {
  std::string deep(100000, '[');
  for (const std::string& text : {std::string("{\"theme\": "), std::string("\xff\xfe\x00\x01", 4), std::string("[1,2]"),
                                  std::string(""), deep, std::string("{\"a\":" + deep)}) {
    write(text);
    const LoadedSettings loaded = load_settings(path);
    EXPECT_EQ(loaded.values, Persisted{});
    EXPECT_NE(loaded.notice, "");
    EXPECT_FALSE(fs::exists(path));
    EXPECT_TRUE(fs::exists(path + ".bad"));
  }
}

TEST_F(Settings, ValuesOutOfRangeTakeTheirDefault) {
  write(R"({"theme":"pink","text_scale":99,"window":{"width":-5,"height":1e300},"speed":"fast","smoothing":2,
            "log_loss":1,"unknown":{"x":[]}})");
  const LoadedSettings loaded = load_settings(path);
  EXPECT_EQ(loaded.values, Persisted{});
  EXPECT_EQ(loaded.notice, "");
}

TEST_F(Settings, ATruncatedFileNeverDoesHarm) {
  Persisted p;
  p.text_scale = 2;
  const std::string text = settings_to_json(p);
  for (std::size_t n = 0; n < text.size(); ++n) {
    try {
      settings_from_json(text.substr(0, n), "test");
      EXPECT_GE(n + 2, text.size()) << n;  // only the last line break may be missing
    } catch (const InputError&) {
    }
  }
}

TEST_F(Settings, ANamelessHomeRunsWithoutSaving) {
  const char* home = ::getenv("HOME");
  const std::string kept = home ? home : "";
  const char* xdg = ::getenv("XDG_CONFIG_HOME");
  const std::string kept_xdg = xdg ? xdg : "";
  ::unsetenv("HOME");
  ::setenv("XDG_CONFIG_HOME", "relative/is/ignored", 1);
  EXPECT_EQ(settings_path(), "");
  ::setenv("XDG_CONFIG_HOME", "/somewhere", 1);
  EXPECT_EQ(settings_path(), "/somewhere/dropscope/config.json");
  ::unsetenv("XDG_CONFIG_HOME");
  ::setenv("HOME", "/house", 1);
  EXPECT_EQ(settings_path(), "/house/.config/dropscope/config.json");
  if (home) ::setenv("HOME", kept.c_str(), 1);
  if (xdg) ::setenv("XDG_CONFIG_HOME", kept_xdg.c_str(), 1);
  EXPECT_NE(load_settings("").notice, "");
}

TEST_F(Settings, AFolderThatCannotBeMadeIsSaidNotThrown) {
  fs::create_directories(folder);
  std::ofstream(folder / "dropscope") << "a file where a folder should be";
  EXPECT_NE(save_settings(path, {}, atomic_write), "");
}

}  // namespace
}  // namespace dropscope
