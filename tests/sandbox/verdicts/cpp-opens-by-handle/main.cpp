#include <fcntl.h>
int main() {
    file_handle handle = {};
    int mount;
    name_to_handle_at(AT_FDCWD, "/", &handle, &mount, 0);
}
