// MemoryReportTests: the reports of KASAN, KFENCE, UBSAN and SLUB are taken apart as their kernels print them.
using VaQuest.Diagnosis.Explain.Fault;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Explain.Fault;

public sealed class MemoryReportTests
{
    [Fact]
    public void ReadsAnAccessBehindASlabObject()
    {
        MemoryReport report = Read(
            "BUG: KASAN: slab-out-of-bounds in frame_fill+0x24/0x50 [lab_pool]",
            "Write of size 1 at addr ff11000000b5f040 by task init/1",
            "",
            "Allocated by task 1:",
            " kasan_save_stack+0x2f/0x60",
            " __kasan_slab_alloc+0x88/0x90",
            " kmem_cache_alloc+0xf1/0x1e0",
            " frame_get+0x1d/0x80 [lab_pool]",
            "",
            "The buggy address belongs to the object at ff11000000b5f000",
            " which belongs to the cache lab_frame of size 64");
        Assert.Equal(("KASAN", "slab-out-of-bounds", "write", 1, "lab_frame", "frame_get"), (report.Tool, report.What, report.Access, report.Bytes, report.Cache, report.AllocatedBy));
        Assert.Equal(0xff11000000b5f040UL, report.Address!.Value.Value);
        Assert.Null(report.FreedBy);
    }

    [Fact]
    public void ReadsTheVariableOfAStackFrame()
    {
        MemoryReport report = Read(
            "BUG: KASAN: stack-out-of-bounds in meter_average+0x2b/0x60 [lab_bounds]",
            "Read of size 4 at addr ffa0000000017c48 by task init/1",
            "The buggy address belongs to stack of task init/1",
            " and is located at offset 56 in frame:",
            " meter_local+0x0/0xb0 [lab_bounds]",
            "",
            "This frame has 2 objects:",
            " [32, 56) 'samples'",
            " [96, 100) 'other'");
        Assert.Equal(("meter_local", "samples", 0L), report.StackVariable);
    }

    [Fact]
    public void ReadsAGlobalVariable() => Assert.Equal(("meter_scale", 16UL), Read(
        "BUG: KASAN: global-out-of-bounds in meter_average+0x2b/0x60",
        "Read of size 4 at addr ffffffffc02a83b0 by task init/1",
        "The buggy address belongs to the variable:",
        " meter_scale+0x10/0xffffffffffffec60 [lab_bounds]").Global);

    [Fact]
    public void ReadsAnOverwrittenRedZone()
    {
        MemoryReport report = Read(
            "BUG lab_frame (Tainted: G           OE     ): Right Redzone overwritten",
            "-----------------------------------------------------------------------------",
            "",
            "0xff1ee752906a3048-0xff1ee752906a304b @offset=72. First byte 0x5a instead of 0xcc",
            "Allocated in frame_get+0x19/0x40 [lab_pool] age=0 cpu=1 pid=194",
            "Object 0xff1ee752906a3008 @offset=8 fp=0x0000000000000000");
        Assert.Equal(("SLUB", "Right Redzone overwritten", "lab_frame", "frame_get"), (report.Tool, report.What, report.Cache, report.AllocatedBy));
        Assert.Equal((0xff1ee752906a3048UL, 0xff1ee752906a304bUL, "0x5a", "0xcc"), (report.Overwritten!.Value.First.Value, report.Overwritten.Value.Last.Value, report.Overwritten.Value.Byte, report.Overwritten.Value.Expected));
        Assert.Equal(0xff1ee752906a3008UL, report.Address!.Value.Value);
    }

    [Fact]
    public void ReadsKfencesNumberAndNoAddressOfItsLog()
    {
        MemoryReport report = Read(
            "BUG: KFENCE: use-after-free read in frame_sum+0x35/0x60 [lab_pool]",
            "",
            "Use-after-free read at 0x00000000b45e4589 (in kfence-#250):",
            " frame_sum+0x35/0x60 [lab_pool]",
            "freed by task 251 on cpu 1 at 9.630325s (0.008702s ago):",
            " frame_put+0x15/0x20 [lab_pool]");
        Assert.Equal(("KFENCE", "use-after-free read", "read", 250UL, "frame_put"), (report.Tool, report.What, report.Access, report.FenceIndex, report.FreedBy));
        Assert.Null(report.Address);
    }

    [Fact]
    public void ReadsAnUndefinedOperation()
    {
        MemoryReport report = Read("UBSAN: shift-out-of-bounds in drivers/meter.c:16:19", "shift exponent 40 is too large for 32-bit type 'unsigned int'");
        Assert.Equal(("UBSAN", "shift-out-of-bounds", "shift exponent 40 is too large for 32-bit type 'unsigned int'"), (report.Tool, report.What, report.Detail));
    }

    [Theory]
    [InlineData("BUG: kernel NULL pointer dereference, address: 0")]
    [InlineData("BUG: KASAN")]
    [InlineData("BUG ")]
    [InlineData("UBSAN: ")]
    [InlineData("")]
    public void TakesNothingElseForAReport(string line) => Assert.Null(MemoryReport.Read([line], 0));

    [Fact]
    public void EndsWithTheLog()
    {
        Assert.Null(Read("BUG: KFENCE: invalid free in f+0x1/0x2", "Kernel panic - not syncing: x", "Invalid free of 0x0 (in kfence-#1):").FenceIndex);
        Assert.Null(Read("BUG: KASAN: x in f+0x1/0x2", " and is located at offset 99999999999 in frame:").StackVariable);
    }

    private static MemoryReport Read(params string[] lines) => Assert.IsType<MemoryReport>(MemoryReport.Read(lines, 0));
}
