#include "src/cli/chart.h"

#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace prumo::cli::chart {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

std::string block(const std::string& name, const std::string& rows) {
  return "$" + name + " << PRUMO_END\n" + rows + "PRUMO_END\n";
}

Tried<void> draw(const std::string& path, int width, int height, const std::string& commands) {
  if (!std::ofstream(path))
    return failure(kFailed, path + ": " + std::strerror(errno) + "; name another file with --plot");
  std::FILE* gnuplot = ::popen("exec gnuplot >/dev/null 2>&1", "w");
  if (gnuplot == nullptr) return failure(kFailed, "no process can be started for gnuplot");
  const std::string size = std::to_string(width) + "," + std::to_string(height);
  const std::string text =
      (path.ends_with(".png")
           ? "set terminal pngcairo size " + size + " font 'sans,11' background '#FFFFFF'"
           : "set terminal svg size " + size +
                 " dynamic font 'sans-serif,14' background '#FFFFFF'") +
      "\nset output " + quoted(path) +
      "\nset encoding utf8\nset border 3 linecolor rgb '#666666'\n"
      "set tics nomirror\nset grid ytics linecolor rgb '#E0E0E0'\n" +
      commands + "unset output\n";
  // A gnuplot that is missing ends before it has read anything.
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  std::fwrite(text.data(), 1, text.size(), gnuplot);
  const int status = ::pclose(gnuplot);
  std::signal(SIGPIPE, before);
  if (status == 0) return {};
  std::remove(path.c_str());
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
    return failure(kFailed,
                   "--plot needs gnuplot, which is not installed; apt install gnuplot-nox");
  return failure(kFailed, "gnuplot could not draw " + path + "; is it a working gnuplot 5?");
}

}  // namespace prumo::cli::chart
