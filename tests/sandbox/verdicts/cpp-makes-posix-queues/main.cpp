#include <fcntl.h>
#include <mqueue.h>
int main() {
    if (mq_open("/alphacode-hostile", O_RDWR | O_CREAT | O_EXCL, 0600, nullptr) >= 0) mq_unlink("/alphacode-hostile");
}
