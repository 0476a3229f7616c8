// AbsentTranslator: stands in where nothing is known about a machine's address translation.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory;

internal sealed class AbsentTranslator : IAddressTranslator
{
    public Translation Translate(VirtAddr address) => Translation.Failed(ReadStatus.Unsupported);
}
