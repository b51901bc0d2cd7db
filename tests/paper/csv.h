#pragma once
// The paper's tables, as printed, from tests/paper/data.

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace prumo::paper {

inline std::string read_data(const std::string& name) {
  std::ifstream in(std::string(PRUMO_SOURCE_DIR) + "/tests/paper/data/" + name);
  if (!in) throw std::runtime_error("no data file " + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

using Row = std::map<std::string, std::string>;

/// Rows by column name; lines that start with # are remarks.
inline std::vector<Row> read_csv(const std::string& name) {
  std::stringstream in(read_data(name));
  std::vector<std::string> header;
  std::vector<Row> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> cells;
    std::stringstream split(line);
    for (std::string cell; std::getline(split, cell, ',');) cells.push_back(cell);
    if (header.empty()) {
      header = cells;
      continue;
    }
    Row row;
    for (std::size_t i = 0; i < header.size(); ++i) {
      row[header[i]] = i < cells.size() ? cells[i] : "";
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace prumo::paper
