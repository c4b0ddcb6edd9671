#pragma GCC optimize("dump-tree-all")
#include <cstdio>
#include <dirent.h>
#include <string>
int main() {
    DIR *folder = opendir(".");
    while (dirent *entry = folder ? readdir(folder) : nullptr) {
        std::string name = entry->d_name;
        if (name[0] != '.' && name != "main.cpp" && name != "program") puts(entry->d_name);
    }
    puts("nothing");
}
