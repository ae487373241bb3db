# Writes every shader into one C++ file, so that the program reads none at run time.
# Called at build time: cmake -DOUTPUT=... -DSHADERS=a.vert;b.frag -P embed.cmake
string(REPLACE "|" ";" SHADERS "${SHADERS}")
set(text "// Made from shaders/ when the program is built. Change those files, not this one.\n")
string(APPEND text "#include \"app/render/shader_set.h\"\n\n#include <array>\n\nnamespace dropscope {\nnamespace {\n\n")
string(APPEND text "constexpr std::array kSources = {\n")
foreach(shader IN LISTS SHADERS)
  get_filename_component(name ${shader} NAME)
  file(READ ${shader} source)
  string(APPEND text "    ShaderSource{\"${name}\",\n                 R\"GLSL(${source})GLSL\"},\n")
endforeach()
string(APPEND text "};\n\n}  // namespace\n\nstd::span<const ShaderSource> embedded_shaders() { return kSources; }\n\n")
string(APPEND text "}  // namespace dropscope\n")
# An unchanged file keeps its time, so that nothing is compiled again.
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "${text}" @ONLY)
