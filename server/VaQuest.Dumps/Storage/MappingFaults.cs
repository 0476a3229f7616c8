// MappingFaults: turns the signal for a mapped file that was cut into a flag.
using System.Runtime.InteropServices;

namespace VaQuest.Dumps.Storage;

/// <summary>
/// The system raises SIGBUS when a mapped page is behind the end of its file, or the disk fails. The handler looks whether the address lies
/// in one of our mappings, puts a page of zeros there so that the copy can end, and notes the place; every other SIGBUS goes to the
/// handler that was there before. All it touches is a table of fixed size in unmanaged memory. Linux on x86-64 and arm64, whose C
/// libraries have the same struct sigaction; elsewhere nothing is mapped.
/// </summary>
internal static unsafe partial class MappingFaults
{
    private const int SigBus = 7;
    private const int FlagSigInfo = 4;
    private const int ActionBytes = 152;
    private const int FlagsAt = 136;

    /// <summary>Offset of si_addr in siginfo_t on 64-bit Linux.</summary>
    private const int AddressAt = 16;

    public const int PageBytes = 4096;
    private const int ReadProtection = 1;
    private const int PrivateFixedAnonymous = 0x2 | 0x10 | 0x20;

    /// <summary>Files mapped at once; a dump beyond them is read without a mapping.</summary>
    private const int MaxGuards = 256;

    private static readonly Record* s_records = (Record*)NativeMemory.AllocZeroed(MaxGuards, (nuint)sizeof(Record));
    private static nint s_previous;
    private static int s_previousFlags;

    static MappingFaults()
    {
        IsInstalled = TryInstall();
    }

    public static bool IsInstalled { get; }

    /// <summary>Watches over a mapping; null when too many are watched.</summary>
    public static Guard? TryGuard(byte* start, long length)
    {
        for (int i = 0; i < MaxGuards; i++)
        {
            if (Interlocked.CompareExchange(ref s_records[i].IsTaken, 1, 0) == 0)
            {
                s_records[i].ValidLength = length;
                s_records[i].Length = length;
                Volatile.Write(ref s_records[i].Start, (nint)start);
                return new Guard(i);
            }
        }

        return null;
    }

    private static bool TryInstall()
    {
        bool isKnown = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;
        if (!isKnown || Environment.SystemPageSize != PageBytes)
        {
            return false;
        }

        // A first call, with an address that is nobody's, so that nothing is compiled or looked up when it matters.
        delegate* unmanaged<int, byte*, void*, void> handler = &Handle;
        _ = MapOver(null, 0, 0, 0, -1, 0);
        byte* action = stackalloc byte[ActionBytes];
        byte* previous = stackalloc byte[ActionBytes];
        new Span<byte>(action, ActionBytes).Clear();
        new Span<byte>(previous, ActionBytes).Clear();
        if (SetAction(SigBus, null, previous) != 0)
        {
            return false;
        }

        s_previous = *(nint*)previous;
        s_previousFlags = *(int*)(previous + FlagsAt);
        new ReadOnlySpan<byte>(previous, ActionBytes).CopyTo(new Span<byte>(action, ActionBytes));
        *(nint*)action = (nint)handler;
        *(int*)(action + FlagsAt) = s_previousFlags | FlagSigInfo;
        return SetAction(SigBus, action, null) == 0;
    }

    [UnmanagedCallersOnly]
    private static void Handle(int signal, byte* information, void* context)
    {
        nint address = *(nint*)(information + AddressAt);
        for (int i = 0; i < MaxGuards; i++)
        {
            Record* record = s_records + i;
            nint start = Volatile.Read(ref record->Start);
            long offset = address - start;
            if (start != 0 && offset >= 0 && offset < record->Length)
            {
                long page = offset & -PageBytes;
                if (MapOver((void*)(start + (nint)page), PageBytes, ReadProtection, PrivateFixedAnonymous, -1, 0) != -1)
                {
                    Lower(ref record->ValidLength, page);
                    return;
                }
            }
        }

        CallPrevious(signal, information, context);
    }

    private static void Lower(ref long place, long value)
    {
        long now = Volatile.Read(ref place);
        while (value < now)
        {
            long before = Interlocked.CompareExchange(ref place, value, now);
            if (before == now)
            {
                return;
            }

            now = before;
        }
    }

    /// <summary>0 is the default action and 1 ignores: for a fault neither can go on, so the process ends as it would have.</summary>
    private static void CallPrevious(int signal, byte* information, void* context)
    {
        if (s_previous is 0 or 1)
        {
            byte* action = stackalloc byte[ActionBytes];
            new Span<byte>(action, ActionBytes).Clear();
            _ = SetAction(signal, action, null);
            return;
        }

        if ((s_previousFlags & FlagSigInfo) != 0)
        {
            ((delegate* unmanaged<int, byte*, void*, void>)s_previous)(signal, information, context);
        }
        else
        {
            ((delegate* unmanaged<int, void>)s_previous)(signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    [SuppressGCTransition]
    private static partial int SetAction(int signal, byte* action, byte* previous);

    [LibraryImport("libc", EntryPoint = "mmap")]
    [SuppressGCTransition]
    private static partial nint MapOver(void* address, nuint length, int protection, int flags, int file, nint offset);

    /// <summary>A watched mapping.</summary>
    internal sealed class Guard(int index)
    {
        /// <summary>Bytes from the start that are known to be the file's; less than its length after a fault.</summary>
        public long ValidLength => Volatile.Read(ref s_records[index].ValidLength);

        public void Release()
        {
            Volatile.Write(ref s_records[index].Start, 0);
            Volatile.Write(ref s_records[index].IsTaken, 0);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Record
    {
        public nint Start;
        public long Length;
        public long ValidLength;
        public int IsTaken;
    }
}
