import Foundation
import RunStore
import Testing

/// Where a write-ahead log may be used.
@Suite struct FileSystemKindTests {
  private let mounts = """
    22 1 253:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
    30 22 0:40 / /home rw,nosuid shared:2 master:3 - nfs4 server:/home rw,vers=4.2
    31 30 0:41 / /home/ana/my\\040runs rw - fuse.sshfs ana@box:/ rw
    32 22 0:42 / /mnt rw - autofs systemd-1 rw
    33 32 0:43 / /mnt rw - cifs //server/share rw
    """

  @Test(arguments: [
    ("/tmp/run.ranktop", "ext4", true),
    ("/home/run.ranktop", "nfs4", false),
    ("/homes/run.ranktop", "ext4", true),
    ("/home", "nfs4", false),
    ("/home/ana/my runs/a.ranktop", "fuse.sshfs", false),
    ("/mnt/a", "cifs", false),
  ])
  func `the nearest mount above a path counts`(path: String, type: String, isSafe: Bool) {
    let kind = FileSystemKind(ofPath: path, mounts: mounts)
    #expect(kind?.type == type)
    #expect(kind?.isSafeForWriteAheadLog == isSafe)
  }

  @Test func `nothing is known of nothing`() {
    #expect(FileSystemKind(ofPath: "/tmp", mounts: "") == nil)
    #expect(FileSystemKind(of: URL(fileURLWithPath: "/does/not/exist")) == nil)
  }

  @Test func `the root of this system has a type`() {
    #expect(FileSystemKind(of: URL(fileURLWithPath: "/"))?.type.isEmpty == false)
  }

  @Test func `a journal says why`() {
    #expect(
      Journal.rollback(because: "a write-ahead log is not safe on nfs4").description
        == "recording with a rollback journal: a write-ahead log is not safe on nfs4")
    #expect(Journal.writeAheadLog.description == "recording with a write-ahead log")
  }
}
