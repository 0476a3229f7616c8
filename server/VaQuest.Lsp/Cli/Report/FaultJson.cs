// FaultJson: why the kernel crashed, as members of "panic" in the JSON contract.
using VaQuest.Diagnosis.Explain.Fault;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Report;

/// <summary>Writes cause, certainty, instruction, expression, object and valueChain.</summary>
internal static class FaultJson
{
    public static void Write(JsonOutput json, FaultExplanation fault)
    {
        json.Text("cause", fault.Cause);
        json.Text("certainty", CertaintyNames.NameOf(fault.Certainty));
        json.Text("expression", fault.Expression, "no C expression is known for what crashed");
        json.Text("object", fault.Object, "no object is known for the bad value");
        if (fault.Instruction is { } instruction)
        {
            json.Object("instruction", () => WriteInstruction(json, instruction));
        }

        json.Objects("valueChain", fault.Chain, step => WriteStep(json, step));
    }

    private static void WriteInstruction(JsonOutput json, FaultInstruction instruction)
    {
        json.Hex("address", instruction.Address.Value);
        json.Text("text", instruction.Text);
        json.Address("accessedAddress", instruction.Accessed, "it touches no memory, or a register of its address is not known");
        json.Text("access", instruction.Access, "it touches no memory");
        json.Integer("bytes", instruction.Bytes);
    }

    private static void WriteStep(JsonOutput json, ValueStep step)
    {
        json.Integer("frame", step.FrameIndex);
        json.Text("function", step.Function);
        json.Text("expression", step.Expression);
        json.Hex("value", step.Value, "nothing tells the value here");
        json.Text("text", step.Text);
        if (step.Location is { } location)
        {
            json.Text("file", FrameText.FileOf(location));
            json.Integer("line", location.Line);
        }
    }
}
