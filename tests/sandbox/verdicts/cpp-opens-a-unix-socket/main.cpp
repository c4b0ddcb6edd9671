#include <sys/socket.h>
int main() { socket(AF_UNIX, SOCK_STREAM, 0); }
